using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Hermes.Blobs.Tests;

/// <summary>Counts what is sent to a container.</summary>
internal sealed class SentBytes : HttpPipelineSynchronousPolicy
{
    private long _sent;

    /// <summary>What was sent since this was last asked.</summary>
    public long Take() => Interlocked.Exchange(ref _sent, 0);

    /// <summary>Options of a client whose requests are counted.</summary>
    public BlobClientOptions Options()
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        return options;
    }

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Content?.TryComputeLength(out var length) == true)
        {
            Interlocked.Add(ref _sent, length);
        }
    }
}
