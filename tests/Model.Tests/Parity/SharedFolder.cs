namespace Hermes.Model.Tests.Parity;

/// <summary>The folder beside the repository with reference data too large to commit.</summary>
internal static class SharedFolder
{
    /// <summary>Path of a file or folder below <c>../shared</c>; skips the test if it is missing, unless it is required.</summary>
    public static string Require(params string[] parts)
    {
        string path = Path.Combine([RepositoryRoot(), "..", "shared", .. parts]);
        bool there = File.Exists(path) || Directory.Exists(path);
        bool required = (Environment.GetEnvironmentVariable("HERMES_TEST_REQUIRE") ?? "").Split(',').Contains("shared");
        Assert.True(there || !required, $"{path} is missing and HERMES_TEST_REQUIRE asks for it");
        Skip.IfNot(there, $"{path} is missing");
        return path;
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hermes.Platform.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"No Hermes.Platform.sln above {AppContext.BaseDirectory}.");
    }
}
