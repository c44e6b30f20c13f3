using System.Runtime.CompilerServices;
using Hermes.Model.Runtime;

namespace Hermes.Model.Tests;

/// <summary>Tests that run tensors share two cores and libtorch's thread pool: they run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchCollection
{
    public const string Name = "torch";

    /// <summary>Tests make tensors without a runtime; libtorch is the packaged one, or that of HERMES_LIBTORCH.</summary>
    [ModuleInitializer]
    public static void LoadLibtorch() => TorchLibrary.Load(Environment.GetEnvironmentVariable("HERMES_LIBTORCH") is { Length: > 0 } folder ? folder : null);
}
