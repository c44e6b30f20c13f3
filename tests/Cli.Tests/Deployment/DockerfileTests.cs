using System.Text.Json;
using Hermes.Hosting;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>The image is made of what the repository has, and runs programs where they look for each other.</summary>
public sealed class DockerfileTests
{
    [Fact]
    public void What_is_copied_and_built_is_in_the_repository()
    {
        var copied = Dockerfile.All("COPY").Where(c => !c.StartsWith("--from=", StringComparison.Ordinal)).SelectMany(c => c.Split(' ')[..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
        Assert.Contains($"eng/publish {Dockerfile.Environment[PlatformProgram.FolderVariable]}", Dockerfile.All("RUN"));
        var ignored = File.ReadLines(Path.Combine(Repository.Root, ".dockerignore")).ToList();
        Assert.Empty(ignored.Intersect(["src", "deploy", "eng", "config"]));
    }

    [Fact]
    public async Task The_image_knows_its_programs_and_runs_a_silo()
    {
        await Told.RequireKnownAsync(Dockerfile.Environment.Keys);

        var programs = Dockerfile.Environment[PlatformProgram.FolderVariable];
        Assert.Equal(["dotnet", $"{programs}/silo/{PlatformProgram.Silo.File}"], JsonSerializer.Deserialize<string[]>(Dockerfile.All("ENTRYPOINT").Single())!);
        Assert.Contains($"ln -s {programs}/hermes /usr/local/bin/hermes ", Dockerfile.Text, StringComparison.Ordinal);
        Assert.Contains($"COPY --from=build {programs} {programs}", Dockerfile.Text, StringComparison.Ordinal);
        Assert.Equal(Dockerfile.Environment["HERMES_DATA_DIR"], Dockerfile.All("VOLUME").Single());
    }

    [Fact]
    public async Task The_ports_that_it_names_are_those_at_which_a_silo_listens()
    {
        var standards = await Told.StandardsAsync();

        Assert.Equal($"{standards["address"]!.Split(':')[1]} {standards["silo-port"]} {standards["gateway-port"]}", Dockerfile.All("EXPOSE").Single());
    }
}
