using Hermes.Grains.Interfaces.Access;

namespace Hermes.Hosting.Visitors;

/// <summary>Which groups of an institution have which role; several groups may have the same one.</summary>
public sealed class GroupRoles(IReadOnlyList<(Role Role, string Group)> pairs)
{
    /// <summary>No group has a role.</summary>
    public static GroupRoles None { get; } = new([]);

    /// <summary>Reads <c>ROLE=GROUP</c>; null when it is none.</summary>
    public static (Role Role, string Group)? Parse(string text) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [var word, { Length: > 0 } group] && Roles.Find(word) is { } role ? (role, group) : null;

    /// <summary>The highest role of somebody's groups; null when none of them has one. Names of groups are compared letter by letter.</summary>
    public Role? Of(IEnumerable<string> groups) =>
        groups.Join(pairs, group => group, pair => pair.Group, (_, pair) => (Role?)pair.Role, StringComparer.Ordinal).Max();
}
