using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Hermes.Cli.Tests.Deployment;

/// <summary><c>deploy/compose.yaml</c>, as far as it is used; another word in it, or one said twice, is a failure.</summary>
internal sealed class ComposeFile
{
    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "deploy", "compose.yaml");

    public string Name { get; set; } = "";

    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, ComposeContent> Configs { get; set; } = [];

    public Dictionary<string, ComposeNetwork> Networks { get; set; } = [];

    public Dictionary<string, object> Volumes { get; set; } = [];

    // What services take over, which stands in them by then.
    [YamlMember(Alias = "x-hermes", ApplyNamingConventions = false)]
    public object? Hermes { get; set; }

    [YamlMember(Alias = "x-silo", ApplyNamingConventions = false)]
    public object? Silo { get; set; }

    [YamlMember(Alias = "x-silo-environment", ApplyNamingConventions = false)]
    public object? SiloEnvironment { get; set; }

    public static ComposeFile Read(string text)
    {
        // Before anything is merged: what a service takes over it may say anew.
        new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<object>(text);
        return new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build()
            .Deserialize<ComposeFile>(new MergingParser(new Parser(new StringReader(text))));
    }
}

internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public ComposeBuild? Build { get; set; }

    public string? Restart { get; set; }

    public string? User { get; set; }

    public string? StopGracePeriod { get; set; }

    public List<string> Entrypoint { get; set; } = [];

    public List<string> Command { get; set; } = [];

    public List<string> Profiles { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public List<ComposeMount> Configs { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public Dictionary<string, ComposeDependency> DependsOn { get; set; } = [];

    public Dictionary<string, ComposeAttachment> Networks { get; set; } = [];

    public ComposeHealth? Healthcheck { get; set; }

    public object? Deploy { get; set; }

    /// <summary>Whether it runs a silo: what the image does when it is told nothing else.</summary>
    public bool IsSilo => Build is not null && Entrypoint.Count == 0;
}

internal sealed class ComposeBuild
{
    public string Context { get; set; } = "";

    public string Dockerfile { get; set; } = "";

    public Dictionary<string, string> Args { get; set; } = [];
}

internal sealed class ComposeMount
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";
}

internal sealed class ComposeDependency
{
    public string Condition { get; set; } = "";
}

internal sealed class ComposeAttachment
{
    [YamlMember(Alias = "ipv4_address", ApplyNamingConventions = false)]
    public string Address { get; set; } = "";
}

internal sealed class ComposeHealth
{
    public List<string> Test { get; set; } = [];

    public string? Interval { get; set; }

    public string? Timeout { get; set; }

    public int Retries { get; set; }
}

internal sealed class ComposeContent
{
    public string Content { get; set; } = "";
}

internal sealed class ComposeNetwork
{
    public ComposeAddresses Ipam { get; set; } = new();
}

internal sealed class ComposeAddresses
{
    public List<Dictionary<string, string>> Config { get; set; } = [];
}
