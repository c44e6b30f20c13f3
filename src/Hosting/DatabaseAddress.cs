using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>Where the PostgreSQL database of a cluster is; a secret, because it holds a password.</summary>
public static class DatabaseAddress
{
    /// <summary>The environment variable with the connection string.</summary>
    public const string Variable = "HERMES_DATABASE";

    /// <summary>What such a connection string looks like.</summary>
    public const string Example = "Host=HOST;Port=5432;Database=hermes;Username=hermes;Password=SECRET";

    /// <summary>What the option says.</summary>
    public const string Help = $"A file with the connection string of a PostgreSQL database, {Example}; the environment variable {Variable} holds one without a file. With SSL Mode=VerifyFull where it is on another machine.";

    /// <summary>What the option says that names the role of the silos.</summary>
    public const string RoleHelp = "The role that silos use: it may read and write afterwards, and change no table.";

    /// <summary>The connection string in a file, or in the environment when no file is named; null for none.</summary>
    /// <exception cref="HermesException">The file cannot be read, is empty, or may be read by everybody. What it holds is not told.</exception>
    public static string? Choose(string? file) => SecretFile.Choose(file, Variable, "the connection string of a database");
}
