using System.Security.Cryptography;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class UPlotTests
{
    [Theory]
    [InlineData("uplot.js")]
    [InlineData("uplot.css")]
    public void The_charts_library_is_the_one_its_readme_names(string file)
    {
        var folder = Path.Combine(Repository.Root, "src", "Dashboard", "wwwroot", "lib", "uplot");

        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file))));

        Assert.Contains($"`{digest}`", File.ReadAllText(Path.Combine(folder, "README.md")), StringComparison.Ordinal);
        Assert.StartsWith("The MIT License (MIT)", File.ReadAllText(Path.Combine(folder, "LICENSE")), StringComparison.Ordinal);
    }
}
