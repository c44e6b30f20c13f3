namespace Hermes.Grains;

/// <summary>States as people read them.</summary>
internal static class StateName
{
    /// <summary>The state in upper case, as catalog rows and progress events show it.</summary>
    public static string Of<T>(T state)
        where T : struct, Enum => state.ToString().ToUpperInvariant();
}
