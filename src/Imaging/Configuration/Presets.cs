namespace Hermes.Imaging.Configuration;

/// <summary>Configurations that come with the platform.</summary>
public static class Presets
{
    private static readonly (string Name, string File)[] All =
    [
        ("tiny", "tiny.yaml"), ("small", "small.yaml"), ("small-m", "small_medformer.yaml"),
        ("hermes-r", "hermes_resunet_3d.yaml"), ("hermes-m", "hermes_medformer_3d.yaml"),
    ];

    /// <summary>Their names, the smallest first; those on Hermes-M end in m.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(preset => preset.Name)];

    /// <summary>The file of a preset, beside the program.</summary>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static string FileOf(string name) => Array.Find(All, preset => preset.Name == name).File is { } file
        ? Path.Combine(AppContext.BaseDirectory, "config", "universal", file)
        : throw new ArgumentException($"Unknown preset '{name}': there are {string.Join(", ", Names)}.");
}
