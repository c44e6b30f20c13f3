using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Worker.Pictures;

/// <summary>Stores what <paramref name="write"/> writes to the file it is given.</summary>
/// <param name="mediaType">What the bytes are.</param>
/// <param name="extension">How the file's name ends.</param>
/// <param name="write">Writes the file; it may be repeated.</param>
internal delegate BlobRef StoreBlob(string mediaType, string extension, Action<string> write);
