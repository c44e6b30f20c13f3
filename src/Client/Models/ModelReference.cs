using Hermes.Grains.Interfaces;

namespace Hermes.Client.Models;

/// <summary>A model version as users name it: <c>NAME</c>, <c>NAME@VERSION</c> or <c>NAME@ALIAS</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">A version number or alias; null for the live version.</param>
public sealed record ModelReference(string Name, string? Version)
{
    /// <summary>Reads a reference.</summary>
    /// <exception cref="HermesException">The name is not valid.</exception>
    public static ModelReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0
            ? new ModelReference(Names.Require(text, "model"), null)
            : new ModelReference(Names.Require(text[..at], "model"), Names.Require(text[(at + 1)..], "model version"));
    }

    /// <inheritdoc/>
    public override string ToString() => Version is null ? Name : $"{Name}@{Version}";
}
