namespace Hermes.Cli.Doctor;

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
