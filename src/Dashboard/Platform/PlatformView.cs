namespace Hermes.Dashboard.Platform;

/// <summary>What the pages show.</summary>
/// <param name="Contents">What the platform holds, or null while none answers: nothing is shown that nothing alive backs.</param>
/// <param name="Problem">Why the platform cannot be read although something answers, if so.</param>
/// <param name="IsFirstLook">Whether the platform was not asked yet.</param>
internal sealed record PlatformView(PlatformContents? Contents, string? Problem = null, bool IsFirstLook = false)
{
    public static PlatformView FirstLook { get; } = new(Contents: null, IsFirstLook: true);
}
