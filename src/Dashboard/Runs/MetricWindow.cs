namespace Hermes.Dashboard.Runs;

/// <summary>A part of a curve.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Steps">The steps of its points, ascending.</param>
/// <param name="Values">Their values.</param>
/// <param name="Count">How many points the run has there.</param>
internal sealed record MetricWindow(string Name, IReadOnlyList<int> Steps, IReadOnlyList<float> Values, int Count);
