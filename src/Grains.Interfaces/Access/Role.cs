namespace Hermes.Grains.Interfaces.Access;

/// <summary>What somebody may do; each may do what those before it may.</summary>
[GenerateSerializer]
public enum Role
{
    /// <summary>Looks at what there is.</summary>
    Viewer = 1,

    /// <summary>Adds datasets, trains, grows models and asks them.</summary>
    Trainer = 2,

    /// <summary>Takes away, decides what is served against doubts, and says who may do what.</summary>
    Administrator = 3,

    /// <summary>The platform itself: a call of one actor to another. Nobody is given this role.</summary>
    Silo = 4,
}

/// <summary>Roles as words.</summary>
public static class Roles
{
    /// <summary>The roles that people and services can be given.</summary>
    public static IReadOnlyList<Role> Given { get; } = [Role.Viewer, Role.Trainer, Role.Administrator];

    /// <summary>The word users read and write.</summary>
#pragma warning disable CA1308 // A word for people, not a key.
    public static string Word(this Role role) => role.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The role that a word names, if it can be given.</summary>
    public static Role? Find(string word) => Given.Where(r => r.Word() == word).Select(r => (Role?)r).FirstOrDefault();
}
