using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Models;

/// <summary>What a model answers otherwise when another of its versions is live.</summary>
/// <param name="Gone">Prompt groups that are no longer answered.</param>
/// <param name="Come">Prompt groups that are answered and were not before.</param>
public sealed record LiveChange(IReadOnlyList<string> Gone, IReadOnlyList<string> Come)
{
    /// <summary>The change from one version to another.</summary>
    /// <param name="before">The version that is live before; null if none is.</param>
    /// <param name="after">The version that is live then.</param>
    public static LiveChange Of(ModelVersion? before, ModelVersion after)
    {
        ArgumentNullException.ThrowIfNull(after);
        List<string> old = [.. (before?.Content.Groups() ?? []).Select(g => g.Name)], now = [.. after.Content.Groups().Select(g => g.Name)];
        return new LiveChange([.. old.Except(now)], [.. now.Except(old)]);
    }
}
