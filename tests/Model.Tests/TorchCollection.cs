namespace Hermes.Model.Tests;

/// <summary>Tests that run tensors share two cores and libtorch's thread pool: they run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchCollection
{
    public const string Name = "torch";
}
