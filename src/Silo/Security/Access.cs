using System.Text;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Storage;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Hermes.Silo.Security;

/// <summary>Who may talk to the silo: other silos, and clients that have the access token or one that was made of it, whichever way they come.</summary>
internal sealed class Access(AccessToken token, string file, SqlAccess given, TimeProvider clock)
{
    private const string MetricsFile = "metrics.token";

    private readonly Statements _own = new(token.SignSilo, clock);

    public AccessToken Token => token;

    /// <summary>The file that whoever may read it reads the token from.</summary>
    public string File => file;

    /// <summary>What the calls of this silo's actors say about who makes them.</summary>
    public string Statement => _own.Current();

    /// <summary>The token of a silo; a silo that was given none makes its own. A file beside the data holds what a scraper of numbers sends.</summary>
    public static AccessToken TokenOf(SiloSettings settings)
    {
        if (settings.Cluster is null)
        {
            PrivateFile.Make(settings.TokenFile, () => Encoding.ASCII.GetBytes(AccessToken.NewText()));
        }

        var token = OfPlatform(settings.TokenFile);
        PrivateFile.Write(Path.Combine(settings.DataDirectory, MetricsFile), Encoding.ASCII.GetBytes(token.MetricsWord()));
        return token;
    }

    /// <summary>The platform's own token, in a file.</summary>
    /// <exception cref="HermesException">The file cannot be used, or holds another.</exception>
    public static AccessToken OfPlatform(string file) => AccessToken.Read(file) is { IsPlatform: true } token ? token : throw new HermesException(
        $"{file} is a token of one person or service; a silo needs the platform's own.", file, "'openssl rand -hex 32' makes a good one.");

    /// <summary>Whether a silo of this platform made a call.</summary>
    public bool IsSilo(string? statement) => statement is not null && (statement == Statement || token.IsOfSilo(statement, clock.GetUtcNow()));

    /// <summary>Who made a call; null when it does not say so, or says what it cannot prove.</summary>
    public ValueTask<Bearer?> CallerAsync(string? statement) => ProvenAsync(statement, t => t.IsOfCalls(statement, clock.GetUtcNow()));

    /// <summary>Who made an HTTP request; null when it does not say so, or says what it cannot prove.</summary>
    public ValueTask<Bearer?> CallerAsync(string? signature, string method, string target) => ProvenAsync(signature, t => t.IsGood(signature, method, target, clock.GetUtcNow()));

    /// <summary>Has every connection of Orleans begin with the proof of a token; among silos, of the platform's own.</summary>
    public void Guard(SiloConnectionOptions connections)
    {
        connections.ConfigureSiloInboundConnection(builder => Admit(builder, null));
        connections.ConfigureGatewayInboundConnection(builder => Admit(builder, given.IsGoodAsync));
        connections.ConfigureSiloOutboundConnection(builder => builder.Use(next => async connection =>
        {
            if (!await token.EnterAsync(connection.Transport))
            {
                throw new ConnectionAbortedException("The other silo does not have the access token of this one.");
            }

            await next(connection);
        }));
    }

    private async ValueTask<Bearer?> ProvenAsync(string? signed, Func<AccessToken, bool> isGood) =>
        AccessToken.Claimed(signed) is { } claim && isGood(token.Derive(claim)) && await given.IsGoodAsync(claim) ? claim : null;

    // Who cannot prove it, or says nothing, is not answered.
    private void Admit(IConnectionBuilder builder, Func<Bearer, ValueTask<bool>>? isWelcome) => builder.Use(next => async connection =>
    {
        Bearer? known = null;
        try
        {
            known = await token.AdmitAsync(connection.Transport, isWelcome);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException or HermesException)
        {
            // It ended or was silent, or nobody can be known now.
        }

        if (known is null)
        {
            connection.Abort(new ConnectionAbortedException("It does not have an access token of the platform."));
            return;
        }

        await next(connection);
    });
}
