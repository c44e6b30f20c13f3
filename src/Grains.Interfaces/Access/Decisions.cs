namespace Hermes.Grains.Interfaces.Access;

/// <summary>What was decided about a grain method.</summary>
/// <param name="Role">The least role that may call it.</param>
/// <param name="Reads">Whether it changes nothing although it needs more than a viewer.</param>
public sealed record Decision(Role Role, bool Reads)
{
    /// <summary>The flags among its arguments that more than that role is needed to set.</summary>
    public IReadOnlyList<FlagDecision> Flags { get; init; } = [];

    /// <summary>Whether calls of people and services go on record: those that change something.</summary>
    public bool IsRecorded => Role is Role.Trainer or Role.Administrator && !Reads;

    /// <summary>The least role for a call.</summary>
    /// <param name="argument">Its arguments, by their place.</param>
    public Role NeededFor(Func<int, object?> argument) => Flags.Where(flag => argument(flag.Place) is true).Select(flag => flag.Role).Append(Role).Max();
}

/// <summary>What was decided about a flag of a grain method.</summary>
/// <param name="Place">Its place among the arguments, from 0.</param>
/// <param name="Role">The least role that may set it.</param>
public sealed record FlagDecision(int Place, Role Role);

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
