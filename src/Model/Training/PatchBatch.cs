using System.Collections.Immutable;
using Hermes.Model.Network;

namespace Hermes.Model.Training;

/// <summary>One training batch, in plain memory.</summary>
/// <param name="Number">Which batch of the run it is, from 0.</param>
/// <param name="Images">[B, D, H, W].</param>
/// <param name="Channels">[B, D, H, W]: 0 where no task is, else the task's place in its sample's prompt, from 1.</param>
/// <param name="Samples">What is asked about each image.</param>
/// <param name="Cases">The cases the patches come from.</param>
internal sealed record PatchBatch(int Number, float[] Images, short[] Channels, ImmutableArray<SamplePrompt> Samples, ImmutableArray<string> Cases);
