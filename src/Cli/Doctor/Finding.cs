namespace Hermes.Cli.Doctor;

/// <summary>How one thing is that the platform needs.</summary>
/// <param name="Subject">The thing, in a word or two.</param>
/// <param name="Health">How it is.</param>
/// <param name="Found">What was found.</param>
/// <param name="Advice">What to do, unless it is well.</param>
internal sealed record Finding(string Subject, Health Health, string Found, string? Advice)
{
    public static Finding Ok(string subject, string found) => new(subject, Health.Ok, found, null);

    public static Finding Warning(string subject, string found, string advice) => new(subject, Health.Warning, found, advice);

    public static Finding Problem(string subject, string found, string? advice) => new(subject, Health.Problem, found, advice);
}

/// <summary>How a thing is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The platform works, but not for long or not well.</summary>
    Warning,

    /// <summary>The platform, or a part of it, does not work.</summary>
    Problem,
}
