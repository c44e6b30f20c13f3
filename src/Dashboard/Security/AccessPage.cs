using System.Text.Encodings.Web;

namespace Hermes.Dashboard.Security;

/// <summary>The page of those who are not let in: it is whole in itself, because nothing else is served to them.</summary>
internal static class AccessPage
{
    // In the system's own colours, which are dark where it is.
    private const string Style =
        """
        body { margin: 0; font-family: system-ui, sans-serif; line-height: 1.5; }
        main { max-width: 36rem; margin: 12vh auto 0; padding: 0 1.5rem; }
        main > div { font-weight: 600; opacity: .75; }
        h1 { font-size: 1.375rem; margin: .25rem 0 1rem; }
        p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
        pre { margin: 0 0 .75rem; padding: .75rem 1rem; border: 1px solid; border-radius: 8px; white-space: pre-wrap; }
        """;

    /// <summary>Answers with a page.</summary>
    /// <param name="context">Who is answered.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="words">What there is to say, as text.</param>
    /// <param name="signIn">Where one signs in; null where one cannot.</param>
    /// <param name="command">The command that helps, said after the first words; null where none does.</param>
    public static Task WriteAsync(HttpContext context, int status, string title, IReadOnlyList<string> words, string? signIn = null, string? command = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        IEnumerable<string> parts =
        [
            Paragraph(words[0]),
            .. command is null ? Array.Empty<string>() : [$"<pre><code>{Text(command)}</code></pre>"],
            .. words.Skip(1).Select(Paragraph),
            .. signIn is null ? Array.Empty<string>() : [$"<p><a href=\"{Text(signIn)}\">Sign in</a></p>"],
        ];
        return context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{Text(title)} · Hermes</title><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><style>{Style}</style></head><body><main><div>Hermes</div>
            <h1>{Text(title)}</h1>
            {string.Join('\n', parts)}
            </main></body></html>
            """,
            context.RequestAborted);
    }

    private static string Paragraph(string words) => $"<p>{Text(words)}</p>";

    private static string Text(string words) => HtmlEncoder.Default.Encode(words);
}
