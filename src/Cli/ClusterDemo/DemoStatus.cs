namespace Hermes.Cli.ClusterDemo;

/// <summary>A demonstration cluster that is up, as the process that keeps it alive writes it down.</summary>
/// <param name="Dir">Its folder.</param>
/// <param name="ProcessId">The process that keeps the others alive.</param>
/// <param name="Address">All silos, as <c>--address</c> takes them.</param>
/// <param name="TokenFile">The access token of its clients.</param>
/// <param name="Dashboard">Where its pages are; a link that opens them is printed by <c>hermes dashboard</c>.</param>
/// <param name="Parts">What it is made of, as far as it is started.</param>
/// <param name="IsReady">Whether all of it answered once; it is starting until then.</param>
internal sealed record DemoStatus(string Dir, int ProcessId, string Address, string TokenFile, string Dashboard, IReadOnlyList<DemoStatus.Part> Parts, bool IsReady)
{
    /// <summary>One process that is kept alive.</summary>
    /// <param name="Name">Its name, which its log has, too.</param>
    /// <param name="What">What it is there for.</param>
    /// <param name="ProcessId">The process; null while it is dead.</param>
    /// <param name="Starts">How often it was started.</param>
    /// <param name="Address">Where it answers.</param>
    /// <param name="Log">What it says.</param>
    /// <param name="IsSilo">Whether it is a silo.</param>
    internal sealed record Part(string Name, string What, int? ProcessId, int Starts, string Address, string Log, bool IsSilo = false);
}
