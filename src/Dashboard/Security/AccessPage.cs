using System.Text.Encodings.Web;

namespace Hermes.Dashboard.Security;

/// <summary>The page of those who are not let in: plain, because nothing else is served to them.</summary>
internal static class AccessPage
{
    /// <summary>Answers with a page.</summary>
    /// <param name="context">Who is answered.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="words">What there is to say, as text.</param>
    /// <param name="signIn">Where one signs in; null where one cannot.</param>
    public static Task WriteAsync(HttpContext context, int status, string title, IEnumerable<string> words, string? signIn = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var paragraphs = words.Select(w => $"<p>{HtmlEncoder.Default.Encode(w)}</p>").Concat(signIn is null ? [] : [$"<p><a href=\"{HtmlEncoder.Default.Encode(signIn)}\">Sign in</a></p>"]);
        return context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><head><title>Hermes Platform</title><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"></head><body><main>
            <h1>{HtmlEncoder.Default.Encode(title)}</h1>
            {string.Join('\n', paragraphs)}
            </main></body></html>
            """,
            context.RequestAborted);
    }
}
