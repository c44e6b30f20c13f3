using System.Security.Cryptography;

namespace Hermes.Dashboard.Tests.Volumes;

public sealed class NiiVueTests
{
    [Fact]
    public void The_viewers_library_is_the_one_its_readme_names()
    {
        var folder = Path.Combine(Repository.Root, "src", "Dashboard", "wwwroot", "lib", "niivue");

        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "niivue.js"))));

        Assert.Contains($"`{digest}`", File.ReadAllText(Path.Combine(folder, "README.md")), StringComparison.Ordinal);
        Assert.StartsWith("BSD 2-Clause License", File.ReadAllText(Path.Combine(folder, "LICENSE")), StringComparison.Ordinal);
    }
}
