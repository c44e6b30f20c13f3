using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Hermes.Dashboard.Security;

/// <summary>Who is signed in, until they sign out, their time is over or the process ends: what a browser keeps is only which of them it is.</summary>
internal sealed class Sessions(TimeProvider clock) : ITicketStore
{
    private readonly ConcurrentDictionary<string, AuthenticationTicket> _tickets = new(StringComparer.Ordinal);

    /// <summary>A new name of a session.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Whether a session has not ended.</summary>
    public bool IsOpen(string id) => _tickets.TryGetValue(id, out var ticket) && !IsOver(ticket);

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        foreach (var (key, _) in _tickets.Where(t => IsOver(t.Value)).ToList())
        {
            _tickets.TryRemove(key, out _);
        }

        var id = Visitor.SessionOf(ticket.Principal) ?? NewId();
        _tickets[id] = ticket;
        return Task.FromResult(id);
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        _tickets[key] = ticket;
        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(_tickets.GetValueOrDefault(key) is { } ticket && !IsOver(ticket) ? ticket : null);

    public Task RemoveAsync(string key)
    {
        _tickets.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private bool IsOver(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc <= clock.GetUtcNow();
}
