using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>Runs in words.</summary>
internal static class RunWords
{
    /// <summary>What a run learns.</summary>
    public static string Learns(RunRequest? request) => request switch
    {
        { Branch: { Study: { } study } branch } =>
            $"{study.Task} of {branch.Dataset.Dataset} for a study{(study.Other is { } other ? $", {(study.IsJoint ? "together with" : "beginning as")} {other.Task} of {other.Dataset.Dataset}" : "")}",
        { Branch: { } branch } => $"a branch for {branch.Dataset.Dataset} ({branch.Policy.ToString().ToLowerInvariant()})",
        { Trunk: { } trunk } => $"a trunk ({trunk.Scope.ToString().ToLowerInvariant()})",
        _ => "a network",
    };
}
