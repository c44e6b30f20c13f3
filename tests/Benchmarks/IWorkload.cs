namespace Hermes.Benchmarks;

/// <summary>Something whose time is taken again and again.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Does it once.</summary>
    void Run();
}
