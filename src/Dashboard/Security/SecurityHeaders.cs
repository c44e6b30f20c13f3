namespace Hermes.Dashboard.Security;

/// <summary>What every answer tells the browser: nothing but this server is asked for anything, and no other page may frame it.</summary>
internal static class SecurityHeaders
{
    // MudBlazor writes its palette into a style element and sizes into style attributes, hence the one 'unsafe-inline'.
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    });
}
