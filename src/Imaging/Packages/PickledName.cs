using System.Collections.Frozen;

namespace Hermes.Imaging.Packages;

/// <summary>A name that a pickle may say. It stands for something that is written here; nothing is ever looked up under it.</summary>
/// <param name="Name">Module and name, as Python writes them.</param>
/// <param name="Element">What a storage of this name holds; null for what is no storage.</param>
internal sealed record PickledName(string Name, TorchElementType? Element = null)
{
    public static readonly PickledName OrderedDictionary = new("collections.OrderedDict");
    public static readonly PickledName Tensor = new("torch._utils._rebuild_tensor_v2");
    public static readonly PickledName Parameter = new("torch._utils._rebuild_parameter");
    public static readonly PickledName Size = new("torch.Size");

    private static readonly FrozenDictionary<string, PickledName> Known = Enum.GetValues<TorchElementType>().Select(Storage)
        .Concat([OrderedDictionary, Tensor, Parameter, Size])
        .ToFrozenDictionary(name => name.Name, StringComparer.Ordinal);

    /// <summary>The name of storages that hold such elements.</summary>
    public static PickledName Storage(TorchElementType element) => new($"torch.{TorchStorage.ClassName(element)}", element);

    /// <summary>The name that is known; null where it is not.</summary>
    public static PickledName? Find(string name) => Known.GetValueOrDefault(name);
}
