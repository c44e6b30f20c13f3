namespace Hermes.Tests;

/// <summary>The folder beside the checkout with reference data that is too large, or not ours, to commit.</summary>
internal static class SharedFolder
{
    /// <summary>The path of a file or folder below <c>../shared</c>; without it the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>shared</c>.</summary>
    public static string Require(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Repository.Root, "..", "shared", .. parts]));
        var required = (Environment.GetEnvironmentVariable("HERMES_TEST_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries).Contains("shared");
        Assert.True(Path.Exists(path) || !required, $"HERMES_TEST_REQUIRE asks for {path}, which is missing.");
        Skip.IfNot(Path.Exists(path), $"{path} is missing.");
        return path;
    }
}
