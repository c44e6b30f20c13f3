namespace Hermes.Grains.Interfaces.Access;

/// <summary>Who a token was made for. Nothing of it is secret.</summary>
/// <param name="Name">The name of the person or service.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Serial">Tells this token from others of the same name.</param>
public sealed record Bearer(string Name, Role Role, string Serial)
{
    /// <summary>Who holds the platform's own access token.</summary>
    public static Bearer Platform { get; } = new("platform", Role.Administrator, "");

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Role.Word()}:{Serial}";

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static Bearer? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') is [var name, var word, { Length: > 0 and <= 32 } serial]
            && Names.IsValid(name) && Roles.Find(word) is { } role && serial.All(char.IsAsciiLetterOrDigit)
            ? new Bearer(name, role, serial)
            : null;
    }
}
