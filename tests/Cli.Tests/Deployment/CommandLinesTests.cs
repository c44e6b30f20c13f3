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

    [Fact]
    public void Commands_in_the_documents_are_understood()
    {
        var documents = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"));
        var commands = documents.SelectMany(d => CommandLines.InDocument(File.ReadAllText(d))).Where(c => c[0] != "test").ToList();

        Assert.InRange(commands.Count, 30, 400);
        Assert.All(commands, CommandLines.RequireUnderstood);
    }
}
