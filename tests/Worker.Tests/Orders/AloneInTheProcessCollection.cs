namespace Hermes.Worker.Tests.Orders;

/// <summary>Tests that measure the memory of the whole process, and so run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcessCollection
{
    public const string Name = "alone in the process";
}
