namespace Hermes.Model.Tests.Volumes;

/// <summary>Finds <c>../shared</c> next to the repository, or skips the test that needs it.</summary>
internal static class SharedFolder
{
    public static string Require(params string[] parts)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Hermes.Platform.sln")))
        {
            directory = directory.Parent;
        }

        var path = directory is null ? null : Path.GetFullPath(Path.Combine([directory.FullName, "..", "shared", .. parts]));
        var found = path is not null && Path.Exists(path);
        var required = (Environment.GetEnvironmentVariable("HERMES_TEST_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries).Contains("shared");
        Assert.True(found || !required, $"HERMES_TEST_REQUIRE asks for ../shared/{string.Join('/', parts)}, which is missing.");
        Skip.IfNot(found, $"../shared/{string.Join('/', parts)} is missing.");
        return path!;
    }
}
