namespace Hermes.Imaging.Packages;

/// <summary>What Python would make of a container.</summary>
internal enum PickleContainerKind
{
    List,
    Tuple,
    Dictionary,
    OrderedDictionary,
}
