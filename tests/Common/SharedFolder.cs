namespace Hermes.Tests;

/// <summary>The folder beside the checkout with reference data that is too large, or not ours, to commit.</summary>
internal static class SharedFolder
{
    /// <summary>The path of a file or folder below <c>../shared</c>; without it the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>shared</c>.</summary>
    public static string Require(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Repository.Root, "..", "shared", .. parts]));
        Requirement.Met("shared", Path.Exists(path), $"{path} is missing.");
        return path;
    }
}
