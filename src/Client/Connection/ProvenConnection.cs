using Hermes.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Connections;

namespace Hermes.Client.Connection;

/// <summary>Connections to a gateway begin with the proof of the access token.</summary>
internal static class ProvenConnection
{
    /// <summary>Proves the token, and has the gateway prove it; nothing where there is none.</summary>
    public static void Prove(this IConnectionBuilder connections, AccessToken? token)
    {
        if (token is not null)
        {
            connections.Use(next => async connection =>
            {
                if (!await token.EnterAsync(connection.Transport).ConfigureAwait(false))
                {
                    throw new ConnectionAbortedException("The gateway does not have the access token of the platform.");
                }

                await next(connection).ConfigureAwait(false);
            });
        }
    }
}

/// <summary>Every call says who makes it, so that a silo can decide about it.</summary>
internal sealed class CallerFilter(AccessToken? token, TimeProvider time) : IOutgoingGrainCallFilter
{
    private readonly Statements? _statements = token is null ? null : new Statements(token.SignCalls, time);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (_statements is not null)
        {
            RequestContext.Set(AccessToken.CallKey, _statements.Current());
        }

        await context.Invoke().ConfigureAwait(false);
    }
}
