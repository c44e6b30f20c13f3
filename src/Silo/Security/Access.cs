using System.Text;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Hermes.Silo.Security;

/// <summary>Who may talk to the silo: other silos and clients that have the access token, whichever way they come.</summary>
internal sealed class Access(AccessToken token, string file)
{
    private const string MetricsFile = "metrics.token";

    public AccessToken Token => token;

    /// <summary>The file that whoever may read it reads the token from.</summary>
    public string File => file;

    /// <summary>The token of a silo; a silo that was given none makes its own. A file beside the data holds what a scraper of numbers sends.</summary>
    public static Access OfSilo(SiloSettings settings)
    {
        if (settings.Cluster is null)
        {
            PrivateFile.Make(settings.TokenFile, () => Encoding.ASCII.GetBytes(AccessToken.NewText()));
        }

        var token = AccessToken.Read(settings.TokenFile);
        PrivateFile.Write(Path.Combine(settings.DataDirectory, MetricsFile), Encoding.ASCII.GetBytes(token.MetricsWord()));
        return new Access(token, settings.TokenFile);
    }

    /// <summary>Has every connection of Orleans begin with the proof of the token.</summary>
    public void Guard(SiloConnectionOptions connections)
    {
        connections.ConfigureSiloInboundConnection(Admit);
        connections.ConfigureGatewayInboundConnection(Admit);
        connections.ConfigureSiloOutboundConnection(builder => builder.Use(next => async connection =>
        {
            if (!await token.EnterAsync(connection.Transport))
            {
                throw new ConnectionAbortedException("The other silo does not have the access token of this one.");
            }

            await next(connection);
        }));
    }

    // Who cannot prove it, or says nothing, is not answered.
    private void Admit(IConnectionBuilder builder) => builder.Use(next => async connection =>
    {
        var isKnown = false;
        try
        {
            isKnown = await token.AdmitAsync(connection.Transport);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // It ended or was silent.
        }

        if (!isKnown)
        {
            connection.Abort(new ConnectionAbortedException("It does not have the access token."));
            return;
        }

        await next(connection);
    });
}
