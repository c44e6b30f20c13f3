namespace Hermes.Hosting;

/// <summary>How long an orderly end may take, from the inside out: each part waits for those within it before it uses force.</summary>
public static class Grace
{
    /// <summary>A worker ends its step, case or window and saves what it has.</summary>
    public static TimeSpan Worker { get; } = TimeSpan.FromSeconds(30);

    /// <summary>A silo stops its workers, then its actors.</summary>
    public static TimeSpan Silo { get; } = TimeSpan.FromSeconds(45);

    /// <summary>Who started a program of the platform waits for it.</summary>
    public static TimeSpan Program { get; } = TimeSpan.FromSeconds(50);

    /// <summary>The command that the user ends.</summary>
    public static TimeSpan Command { get; } = TimeSpan.FromSeconds(60);
}
