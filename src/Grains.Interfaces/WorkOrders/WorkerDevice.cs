namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a worker found when it loaded libtorch.</summary>
/// <param name="Name">The device it works on (cpu, cuda:0).</param>
/// <param name="Threads">Its processor threads.</param>
/// <param name="Precision">The number format of convolutions that computes rightly and pays off (fp32, bf16).</param>
/// <param name="Library">libtorch's version.</param>
public sealed record WorkerDevice(string Name, int Threads, string Precision, string Library);
