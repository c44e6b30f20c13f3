namespace Hermes.Model.Runtime;

/// <summary>
/// Makes OpenMP's threads sleep while they wait for each other. By default they spin, and when another program wants
/// one of the cores each spins for the one that was put aside: the network then took 4 to 7 times as long. Sleeping costs 5 %
/// on an idle machine.
/// </summary>
internal static class ThreadWaiting
{
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>Has an effect before libtorch is loaded. A policy that is set already is left.</summary>
    public static void Sleep() => NativeEnvironment.SetUnlessSet(Policy, "passive");
}
