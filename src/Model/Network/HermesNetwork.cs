using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// A U-Net that is told by context priors which tasks to segment in which modality (docs/method.md, The network). What both architectures have in common:
/// the stages at full resolution, the prior pool and the heads. Not thread-safe; all work stays on one thread.
/// </summary>
public abstract class HermesNetwork : Module
{
    private protected HermesNetwork(string name, NetworkConfiguration configuration, PriorVocabulary vocabulary, ParameterSource source)
        : base(name)
    {
        configuration.Validate();
        Configuration = configuration;
        Priors = new PriorPool(configuration, vocabulary);
        Stem = source.Convolution(1, configuration.Widths[0]);
        Input = new ConvolutionStage(configuration.Widths[0], configuration.Widths[0], 1, source);
        register_parameter("stem", Stem);
        register_module("input", Input);
        register_module("priors", Priors);
    }

    /// <summary>Creates a network with first values drawn from the generator: the same seed gives the same bits.</summary>
    /// <param name="configuration">Architecture, widths and depths.</param>
    /// <param name="vocabulary">Tasks and modalities to hold priors for.</param>
    /// <param name="generator">A CPU generator.</param>
    /// <param name="device">Where the network is to be; the CPU if null.</param>
    /// <param name="type">Float32, or float64 for comparisons.</param>
    /// <exception cref="ArgumentException">The configuration does not describe a network.</exception>
    public static HermesNetwork Create(
        NetworkConfiguration configuration, PriorVocabulary vocabulary, Generator generator, Device? device = null, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return Create(configuration, vocabulary, new ParameterSource(generator, device ?? CPU, type));
    }

    /// <summary>Creates a network whose weights have no values yet: to be filled, or on the device <c>meta</c>, where they take no memory, to be looked at.</summary>
    /// <exception cref="ArgumentException">The configuration does not describe a network.</exception>
    internal static HermesNetwork Undrawn(NetworkConfiguration configuration, PriorVocabulary vocabulary, Device? device = null) =>
        Create(configuration, vocabulary, new ParameterSource(null, device ?? CPU, ScalarType.Float32));

    private static HermesNetwork Create(NetworkConfiguration configuration, PriorVocabulary vocabulary, ParameterSource source)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return configuration.Architecture switch
        {
            Architecture.ResUNet => new ResidualNetwork(configuration, vocabulary, source),
            Architecture.MedFormer => new MedFormerNetwork(configuration, vocabulary, source),
            var other => throw new ArgumentException($"Unknown architecture {other}.", nameof(configuration)),
        };
    }

    /// <summary>Architecture, widths and depths.</summary>
    public NetworkConfiguration Configuration { get; }

    /// <summary>The learned priors, found by task and modality.</summary>
    public PriorPool Priors { get; }

    /// <summary>Number format of the convolutions. Parameters, statistics and everything else stay float32.</summary>
    public ConvolutionPrecision Precision { get; set; } = ConvolutionPrecision.Full;

    /// <summary>Where it is.</summary>
    public Device Device => Stem.device;

    internal Parameter Stem { get; }

    internal ConvolutionStage Input { get; }

    internal ConvolutionStage Up3 { get; private set; } = null!;

    internal ConvolutionStage Up4 { get; private set; } = null!;

    internal PriorClassifier Masks { get; private set; } = null!;

    internal ModalityClassifier Modality { get; private set; } = null!;

    /// <summary>Segments a batch as the prompt asks.</summary>
    /// <param name="image">[B, 1, D, H, W] float32, every axis at least 32 voxels.</param>
    /// <param name="prompt">One entry per image.</param>
    /// <param name="branch">What the prompt group owns beside this network; null if it was trained with it.</param>
    /// <param name="auxiliary">Whether a network that has an auxiliary mask head is asked for its logits too.</param>
    /// <returns>Logits and posterior tokens, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The image has another shape, or the prompt names a task or modality without a prior.</exception>
    public NetworkOutput Forward(Tensor image, Prompt prompt, Branch? branch = null, bool auxiliary = false)
    {
        using var scope = NewDisposeScope();
        return Answer(Encode(image), prompt, branch, auxiliary).MoveToOuterDisposeScope();
    }

    /// <summary>The stages before the first fusion, which do not depend on what is asked.</summary>
    /// <param name="image">[B, 1, D, H, W] float32, every axis at least 32 voxels.</param>
    /// <returns>Features in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The image has another shape.</exception>
    public EncodedImage Encode(Tensor image)
    {
        Check(image);
        using var scope = NewDisposeScope();

        var full = AtFull(image);
        (var half, var quarter) = Descend(full);
        return new EncodedImage(full.MoveToOuterDisposeScope(), half.MoveToOuterDisposeScope(), quarter.MoveToOuterDisposeScope());
    }

    /// <summary>The stages from the first fusion on.</summary>
    /// <param name="encoded">What <see cref="Encode"/> made of the images; not changed.</param>
    /// <param name="prompt">One entry per image.</param>
    /// <param name="branch">What the prompt group owns beside this network; null if it was trained with it.</param>
    /// <param name="auxiliary">Whether a network that has an auxiliary mask head is asked for its logits too.</param>
    /// <returns>Logits and posterior tokens, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">The prompt names a task or modality without a prior, or has another number of entries.</exception>
    public NetworkOutput Answer(EncodedImage encoded, Prompt prompt, Branch? branch = null, bool auxiliary = false)
    {
        Check(encoded, prompt);
        using var scope = NewDisposeScope();
        var rows = Priors.Locate(prompt, branch, encoded.Full.device);
        var posterior = new Tensor[PriorPool.Scales];
        var coarse = Fuse(encoded, rows, branch, posterior);
        var features = UpToFull(encoded.Full, UpToHalf(encoded.Half, coarse, branch), branch);
        return Heads(features, coarse, posterior, rows.Width, branch, auxiliary).MoveToOuterDisposeScope();
    }

    /// <summary>All parameters under their official names, in the order of the official state dict.</summary>
    public IReadOnlyList<NetworkParameter> NamedParameters() => [.. OfficialNames.Of(this)];

    /// <summary>Begins as another network of the same sizes: all weights, and priors by identity. What the other has no prior for stays as it was drawn.</summary>
    /// <exception cref="ArgumentException">The other has other sizes.</exception>
    public void BeginAs(HermesNetwork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Configuration != Configuration)
        {
            throw new ArgumentException("The network to begin as has other sizes.", nameof(other));
        }

        var (own, its) = (Priors.Vocabulary, other.Priors.Vocabulary);
        (int, int)[] tasks = [.. own.Tasks.Where(its.HasTask).Select(task => (own.TaskRow(task), its.TaskRow(task)))];
        (int, int)[] modalities = [.. own.Modalities.Where(its.HasModality).Select(modality => (own.ModalityRow(modality), its.ModalityRow(modality)))];
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            Priors.TaskTable(scale).BeginAs(other.Priors.TaskTable(scale), tasks);
            Priors.ModalityTable(scale).BeginAs(other.Priors.ModalityTable(scale), modalities);
        }

        Modality.Weight2.BeginAs(other.Modality.Weight2, modalities);
        Modality.Bias2.BeginAs(other.Modality.Bias2, modalities);
        using var frozen = no_grad();
        foreach ((var parameter, var like) in NamedParameters().Zip(other.NamedParameters()))
        {
            // A table has two pieces, rows and reserve.
            if (parameter.Pieces is [var piece])
            {
                piece.copy_(like.Pieces[0]);
            }
        }
    }

    /// <summary>Stops the stages before the first fusion and between fusions on the way down from learning.</summary>
    internal void FreezeEncoder()
    {
        foreach (var piece in OfficialNames.Of(this).Where(OfficialNames.IsEncoder).SelectMany(parameter => parameter.Pieces))
        {
            piece.requires_grad = false;
        }
    }

    /// <summary>[B, 1, D, H, W] to the features at full resolution. The stem stays in float32: libtorch's bfloat16 convolution of one channel is wrong.</summary>
    internal Tensor AtFull(Tensor image)
    {
        using var scope = NewDisposeScope();
        return Run(Input, Convolution.Apply(image, Stem)).MoveToOuterDisposeScope();
    }

    /// <summary>[B, C, D, H, W] features at full resolution to those at 1/2 and, before the first fusion, at 1/4.</summary>
    internal abstract (Tensor Half, Tensor Quarter) Descend(Tensor full);

    /// <summary>Down from 1/4 and up to it again, through all fusions.</summary>
    /// <param name="encoded">What <see cref="Encode"/> made of the images.</param>
    /// <param name="rows">Where the prompt's tokens stand.</param>
    /// <param name="branch">What the prompt group owns beside this network.</param>
    /// <param name="posterior">What became of the tokens [B, n + l, C], to be filled for every scale.</param>
    /// <returns>[B, 4C, D/4, H/4, W/4].</returns>
    internal abstract Tensor Fuse(EncodedImage encoded, PromptRows rows, Branch? branch, Tensor[] posterior);

    /// <summary>Features at 1/2 from the skip there and those at 1/4.</summary>
    internal Tensor UpToHalf(Tensor half, Tensor coarse, Branch? branch) => Up(branch?.Up3 ?? Up3, half, coarse);

    /// <summary>Features at full resolution from the skip there and those at 1/2.</summary>
    internal Tensor UpToFull(Tensor full, Tensor features, Branch? branch) => Up(branch?.Up4 ?? Up4, full, features);

    /// <summary>What the heads make of the features at full resolution and at 1/4 and of the posterior tokens.</summary>
    internal NetworkOutput Heads(Tensor features, Tensor coarse, Tensor[] posterior, int tasks, Branch? branch, bool auxiliary)
    {
        var masks = Masks.Forward(features, posterior, tasks);
        var modality = branch is null ? Modality.Forward(posterior, tasks) : null;
        return new NetworkOutput(masks, modality, posterior) { AuxiliaryLogits = auxiliary ? Auxiliary(coarse, posterior, tasks, features.shape[2..]) : null };
    }

    /// <summary>A skip and the map below it, brought to its size, side by side.</summary>
    private protected abstract Tensor Join(Tensor skip, Tensor coarse);

    /// <summary>The logits [B, n, D, H, W] of the auxiliary mask head, which reads the features at 1/4; null of a network without one.</summary>
    private protected virtual Tensor? Auxiliary(Tensor quarter, IReadOnlyList<Tensor> posterior, int tasks, long[] size) => null;

    /// <summary>Draws the decoder stages at full and half resolution.</summary>
    private protected void DrawFineStages(ParameterSource source)
    {
        var width = Configuration.Widths;
        Up3 = new ConvolutionStage(width[2] + width[1], width[1], Configuration.BlocksPerStage[0], source);
        Up4 = new ConvolutionStage(width[1] + width[0], width[0], 2, source);
        register_module("up3", Up3);
        register_module("up4", Up4);
    }

    /// <summary>Draws the heads.</summary>
    private protected void DrawHeads(ParameterSource source)
    {
        var width = Configuration.Widths[0];
        Masks = new PriorClassifier(Configuration.PosteriorWidth, Configuration.PrototypeHiddenWidth ?? width, width, source);
        Modality = new ModalityClassifier(Configuration.PosteriorWidth, Configuration.ModalityTokens, Priors.Vocabulary.UnknownRow, source);
        register_module("masks", Masks);
        register_module("modality", Modality);
    }

    private protected Tensor Run(ConvolutionStage stage, Tensor features) => stage.Forward(features, FormatFor(features));

    /// <summary>The format to convolve a map [B, C, D, H, W] in. A float64 network, made to be compared with, computes all in it.</summary>
    private protected ScalarType FormatFor(Tensor map) => Stem.dtype == ScalarType.Float64 ? ScalarType.Float64 : Precision.For(map);

    internal void Check(Tensor image)
    {
        if (image.dim() != 5 || image.shape[1] != 1 || image.dtype != Stem.dtype
            || image.shape[2..].Any(axis => axis < NetworkConfiguration.SmallestAxis))
        {
            throw new ArgumentException(
                $"Expected a {(Stem.dtype == ScalarType.Float64 ? "float64" : "float32")} image [B, 1, D, H, W] with axes of at least "
                + $"{NetworkConfiguration.SmallestAxis} voxels, found {image.dtype} [{string.Join(", ", image.shape)}].",
                nameof(image));
        }
    }

    private Tensor Up(ConvolutionStage stage, Tensor skip, Tensor coarse)
    {
        using var scope = NewDisposeScope();
        return Run(stage, Join(skip, coarse)).MoveToOuterDisposeScope();
    }

    private static void Check(EncodedImage encoded, Prompt prompt)
    {
        if (prompt.Samples.Length != encoded.Full.shape[0])
        {
            throw new ArgumentException($"The prompt asks about {prompt.Samples.Length} images, the batch has {encoded.Full.shape[0]}.", nameof(prompt));
        }
    }
}
