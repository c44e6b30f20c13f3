using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What goes wrong in a page that nobody sees on it: errors of scripts and of the policy, requests that fail or go elsewhere.</summary>
internal sealed class PageRecord
{
    private readonly ConcurrentQueue<string> _troubles = new();

    public PageRecord(IPage page, Uri own)
    {
        page.Console += (_, message) => Note(message.Type == "error", $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"script: {error}");
        page.RequestFailed += (_, request) => Note(true, $"{request.Method} {request.Url}: {request.Failure}");
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Url}: {response.Status}");
        page.Request += (_, request) => Note(IsForeign(request.Url), $"asked elsewhere: {request.Url}");
        page.WebSocket += (_, socket) => Note(IsForeign(socket.Url), $"asked elsewhere: {socket.Url}");

        bool IsForeign(string url) => new Uri(url) is { Scheme: not ("data" or "blob") } asked && asked.Authority != own.Authority;
    }

    public IEnumerable<string> Troubles => _troubles;

    private void Note(bool isTrouble, string what)
    {
        if (isTrouble)
        {
            _troubles.Enqueue(what);
        }
    }
}
