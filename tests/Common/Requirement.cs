namespace Hermes.Tests;

/// <summary>What a test needs of its machine and cannot bring along.</summary>
internal static class Requirement
{
    /// <summary>Where it is missing the test is skipped with the reason, or fails where HERMES_TEST_REQUIRE names it.</summary>
    public static void Met(string name, bool isMet, string whyNot)
    {
        var required = (Environment.GetEnvironmentVariable("HERMES_TEST_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(name);
        Assert.True(isMet || !required, $"HERMES_TEST_REQUIRE asks for {name}: {whyNot}");
        Skip.IfNot(isMet, whyNot);
    }

    /// <summary>A font, with which the text of a PNG is written.</summary>
    public static void Font() => Met(
        "font", Directory.Exists("/usr/share/fonts") && Directory.EnumerateFiles("/usr/share/fonts", "*.ttf", SearchOption.AllDirectories).Any(), "There is no TrueType font.");
}
