namespace Hermes.Dashboard.Security;

/// <summary>
/// Refuses what pages of others ask: a browser says of every socket, every form and every request of a script which page it is from. The pages' own scripts come
/// from the address they ask, whatever that is called; what is no browser says nothing.
/// </summary>
internal static class OwnOrigin
{
    public static IApplicationBuilder UseOwnOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (request.Headers.Origin is not { Count: > 0 } origin || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("A page of another address asked for this.", context.RequestAborted);
    });
}
