using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>Where the blobs of a cluster are; a secret, because it holds a key or a signature.</summary>
public static class BlobAddress
{
    /// <summary>The environment variable with the address.</summary>
    public const string Variable = "HERMES_BLOBS";

    /// <summary>What the option says.</summary>
    public const string Help = "A file with the connection string of an Azure storage account, or the address of a container in it with its signature, that keeps the blobs; "
        + $"the environment variable {Variable} holds one without a file. Blobs are files below the data directory otherwise.";

    /// <summary>The address in a file, or in the environment when no file is named; null for none.</summary>
    /// <exception cref="HermesException">The file cannot be read, is empty, or may be read by everybody. What it holds is not told.</exception>
    public static string? Choose(string? file) => SecretFile.Choose(file, Variable, "the address of a blob store");
}
