using System.Globalization;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Quickstart;

/// <summary>The synthetic datasets, made by the worker: this program knows no volumes.</summary>
internal sealed record PhantomList(IReadOnlyList<PhantomList.Entry> Datasets)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Makes the phantoms that a first network learns, or finds those that an earlier quickstart completed.</summary>
    public static Task<PhantomList> MakeAsync(QuickstartFolder folder, long seed, CancellationToken cancellationToken) =>
        MakeAsync(folder.Phantoms, folder.PhantomList, seed, [], cancellationToken);

    /// <summary>Makes those that come later: the abdomen as another group labels it.</summary>
    public static Task<PhantomList> MakeNewAsync(QuickstartFolder folder, long seed, CancellationToken cancellationToken) =>
        MakeAsync(folder.Phantoms, folder.NewPhantomList, seed, ["--kinds", "gut"], cancellationToken);

    /// <summary>Makes more test cases of the first, so that there are enough to say something of a change.</summary>
    public static Task<PhantomList> MakeFurtherAsync(QuickstartFolder folder, long seed, CancellationToken cancellationToken) =>
        MakeAsync(folder.FurtherPhantoms, folder.FurtherPhantomList, seed, ["--further"], cancellationToken);

    private static async Task<PhantomList> MakeAsync(string folder, string file, long seed, string[] kinds, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
        {
            return JsonSerializer.Deserialize<PhantomList>(await File.ReadAllTextAsync(file, cancellationToken), VerbOutput.JsonOptions)!;
        }

        PhantomList list;
        try
        {
            list = await ChildProgram.AskAsync<PhantomList>(
                PlatformProgram.Worker,
                ["phantoms", "--out", folder, "--seed", seed.ToString(CultureInfo.InvariantCulture), "--exit-with-parent", .. kinds],
                VerbOutput.JsonOptions,
                Patience,
                cancellationToken);
        }
        catch (HermesException e)
        {
            throw new HermesException($"The synthetic scans could not be made: {e.Message}", e) { File = folder };
        }

        await JsonFile.WriteAsync(file, list, replace: true, cancellationToken);
        return list;
    }

    /// <summary>One dataset: where the worker wrote it.</summary>
    internal sealed record Entry(string Name, string Modality, string Images, string Labels, string LabelNames, string Split);
}
