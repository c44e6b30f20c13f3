namespace Hermes.Benchmarks;

/// <summary>One line of the table: something measured against something else in the same process.</summary>
/// <param name="Name">Unique name; filters look into it.</param>
/// <param name="Description">What is divided by what.</param>
/// <param name="Aim">The ratio we want to stay below, or null where the ratio only shows a gain.</param>
/// <param name="Measured">Makes the thing measured.</param>
/// <param name="Against">Makes what it is compared with.</param>
internal sealed record Benchmark(string Name, string Description, double? Aim, Func<IWorkload> Measured, Func<IWorkload> Against);

/// <summary>Medians of both sides.</summary>
/// <param name="Milliseconds">The thing measured.</param>
/// <param name="AgainstMilliseconds">What it is compared with.</param>
/// <param name="Ratio">Median of the ratios of neighbouring measurements, so that a slow spell of the machine hits both sides.</param>
/// <param name="PeakMegabytes">Highest resident memory of the process before what it is compared with was made.</param>
internal sealed record Measurement(double Milliseconds, double AgainstMilliseconds, double Ratio, double PeakMegabytes);
