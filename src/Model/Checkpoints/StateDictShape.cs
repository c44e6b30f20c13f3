using System.Globalization;
using Hermes.Imaging.Configuration;
using Hermes.Model.Network;

namespace Hermes.Model.Checkpoints;

/// <summary>What network a state dict is of, by its names and shapes.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="shapes">Shapes by official name.</param>
internal sealed class StateDictShape(string file, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes)
{
    /// <exception cref="InvalidDataException">It is of neither network.</exception>
    public NetworkConfiguration Configuration()
    {
        var architecture = Has("prior_init_fuse_2.") ? Architecture.ResUNet : Has("down2.prior_selection.") ? Architecture.MedFormer : throw NoNetwork();
        var isMedFormer = architecture == Architecture.MedFormer;
        var width = Axis("inc.conv1.weight", 0) ?? throw NoNetwork();
        var standard = isMedFormer ? NetworkConfiguration.HermesM : new NetworkConfiguration();
        var masks = isMedFormer ? "out_classifier" : "out";
        var hidden = Axis($"{masks}.classifier_pred.1.fc1.weight", 0);
        var configuration = standard with
        {
            BaseWidth = width,
            BlocksPerStage = isMedFormer
                ? [Count("down1.conv_blocks.", 0), .. standard.BlocksPerStage[1..]]
                : [.. Enumerable.Range(1, 4).Select(stage => Count($"down{stage}.conv.", 1))],
            FusionBlocks = [.. Enumerable.Range(0, PriorPool.Scales).Select(scale => Count(OfficialNames.Blocks(architecture, scale), 0))],
            ModalityTokens = Axis(OfficialNames.ModalityPriors(architecture, 0), 1) ?? standard.ModalityTokens,
            PrototypeHiddenWidth = hidden == width ? null : hidden,
            SemanticTokens = isMedFormer ? Axis("down2.map_gen.semantic_proj.weight", 0) ?? standard.SemanticTokens : 0,
            MapFusionBlocks = isMedFormer ? Count("map_fusion.fusion.layers.", 0) : 0,
        };
        try
        {
            configuration.Validate();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The weights of '{file}' are of no network. {e.Message}", e);
        }

        return configuration;
    }

    private bool Has(string prefix) => shapes.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));

    private int? Axis(string name, int axis) => shapes.TryGetValue(name, out var shape) && shape.Count > axis && shape[axis] is >= 1 and <= 1 << 20 ? (int)shape[axis] : null;

    /// <summary>Elements of a numbered list of modules, of which the first has a given number.</summary>
    private int Count(string prefix, int first) => shapes.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..].Split('.')[0])
        .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n - first + 1 : 0)
        .DefaultIfEmpty(0).Max();

    private InvalidDataException NoNetwork() => new(
        $"'{file}' holds no weights of Hermes-R or Hermes-M: of {shapes.Count} tensors, the first are {string.Join(", ", shapes.Keys.Take(3).Select(name => $"'{name}'"))}.");
}
