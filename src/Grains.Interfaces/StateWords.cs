namespace Hermes.Grains.Interfaces;

/// <summary>States as people read them.</summary>
public static class StateWords
{
    /// <summary>The state of what does not exist.</summary>
    public const string Absent = "ABSENT";

    /// <summary>The state in upper case, as catalog rows, progress events and every page and table show it.</summary>
    public static string Word<T>(this T state)
        where T : struct, Enum => state.ToString().ToUpperInvariant();
}
