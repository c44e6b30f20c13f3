namespace Hermes.Dashboard.Volumes;

/// <summary>A structure of a label map as a viewer shows it.</summary>
/// <param name="Value">Its value in the label map.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Text">What there is to say of it, such as its volume.</param>
/// <param name="Reference">Its value in the label map that is compared with; null when that lacks it.</param>
public sealed record ShownStructure(int Value, string Name, string? Text, int? Reference = null);
