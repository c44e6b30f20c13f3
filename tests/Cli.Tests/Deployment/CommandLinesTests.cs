namespace Hermes.Cli.Tests.Deployment;

public sealed class CommandLinesTests
{
    [Fact]
    public void Commands_in_comments_are_understood()
    {
        var comments = Manifests.Files.Append(ComposeFile.Path).SelectMany(File.ReadLines).Where(l => l.TrimStart().StartsWith('#'));
        var commands = CommandLines.In(string.Join('\n', comments));

        Assert.Equal(["dashboard", "queue"], commands.Select(c => c[0]).Order());
        Assert.All(commands, CommandLines.RequireUnderstood);
    }
}
