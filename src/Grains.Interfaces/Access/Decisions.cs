namespace Hermes.Grains.Interfaces.Access;

/// <summary>What was decided about a grain method.</summary>
/// <param name="Role">The least role that may call it.</param>
/// <param name="Reads">Whether it changes nothing although it needs more than a viewer.</param>
public sealed record Decision(Role Role, bool Reads)
{
    /// <summary>Whether calls of people and services go on record: those that change something.</summary>
    public bool IsRecorded => Role is Role.Trainer or Role.Administrator && !Reads;
}

/// <summary>The decisions about all grain methods of the platform; the table is written when the contract is built, from <see cref="NeedsAttribute"/>.</summary>
public static partial class Decisions
{
    /// <summary>All of them, by the full name of the interface and the name of the method.</summary>
    public static IReadOnlyDictionary<(string Interface, string Method), Decision> All => Table;

    /// <summary>What was decided about a method; null for one that is not the platform's.</summary>
    public static Decision? Find(Type grainInterface, string method)
    {
        ArgumentNullException.ThrowIfNull(grainInterface);
        return Table.GetValueOrDefault((grainInterface.FullName ?? "", method));
    }
}
