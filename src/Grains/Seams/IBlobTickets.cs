using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Seams;

/// <summary>Signs permissions for the blob endpoint of this silo.</summary>
public interface IBlobTickets
{
    /// <summary>The largest blob that may be sent, in bytes.</summary>
    long LargestUpload { get; }

    /// <summary>A signed address to <c>PUT</c> or <c>GET</c> the blob.</summary>
    BlobTicket Issue(string method, BlobRef blob, bool alreadyStored);
}
