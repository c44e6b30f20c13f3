namespace Hermes.Model.Runtime;

/// <summary>A libtorch that is loaded.</summary>
/// <param name="Folder">Where it lies, a full path.</param>
/// <param name="Version">Its version, as it says itself.</param>
public sealed record TorchLibraryState(string Folder, string Version);
